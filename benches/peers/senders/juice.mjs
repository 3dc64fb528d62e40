// juice as its documentation shows it. Takes `FILE RUNS`: prints how long one run after the other takes to inline the styles of
// the document FILE, in milliseconds, a line each.

import { readFileSync } from "node:fs";
import juice from "juice";

const [file, runs] = process.argv.slice(2);
const document = readFileSync(file, "utf8");
for (let run = 0; run < Number(runs); run += 1) {
  const start = performance.now();
  const inlined = juice(document);
  console.log(performance.now() - start);
  if (!inlined.includes(" style=")) throw new Error("nothing was inlined");
}
