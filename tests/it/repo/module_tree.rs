//! Reads the modules of the library as the compiler does: what each file defines, imports and
//! names. Code that is compiled for tests only is left out, item by item.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Attribute, Expr, Item, ItemUse, Lit, Meta, UseTree, Visibility};

/// Segments of a path, from the root of the crate for a module.
pub(super) type Segments = Vec<String>;

/// One module: a file, or a part of one.
#[derive(Default)]
pub(super) struct Module {
    /// Relative to the repository.
    pub(super) file: PathBuf,
    pub(super) children: BTreeSet<String>,
    /// The names it defines.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Every path in its code, as written.
    pub(super) paths: Vec<Segments>,
}

/// One name brought in by `use`.
pub(super) struct Import {
    pub(super) path: Segments,
    /// The name it has here; none for `*`.
    pub(super) name: Option<String>,
    /// Whether others can import it from here.
    pub(super) is_public: bool,
}

/// The modules of the library below `root` by their path.
pub(super) fn modules(root: &Path) -> BTreeMap<Segments, Module> {
    let mut modules = BTreeMap::new();
    add_file(root, &mut modules, Vec::new(), Path::new("src/lib.rs"));
    modules
}

fn add_file(root: &Path, modules: &mut BTreeMap<Segments, Module>, path: Segments, file: &Path) {
    let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    add_module(root, modules, path, file, &parsed.items);
}

fn add_module(root: &Path, modules: &mut BTreeMap<Segments, Module>, path: Segments, file: &Path, items: &[Item]) {
    let mut reader = Reader { module: Module { file: file.to_owned(), ..Module::default() } };
    for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
        if let Item::Mod(child) = item {
            let name = child.ident.to_string();
            let child_path = [path.as_slice(), std::slice::from_ref(&name)].concat();
            match &child.content {
                Some((_, items)) => add_module(root, modules, child_path, file, items),
                None => add_file(root, modules, child_path, &file_of(root, file, &name, &child.attrs)),
            }
            reader.module.children.insert(name);
        } else {
            reader.module.items.extend(name_of(item));
            reader.visit_item(item);
        }
    }
    modules.insert(path, reader.module);
}

/// Where `mod name;` of `file` leads.
fn file_of(root: &Path, file: &Path, name: &str, attributes: &[Attribute]) -> PathBuf {
    let folder = file.parent().unwrap();
    let elsewhere = attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => path.value().strip_prefix("../").map(PathBuf::from),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    if let Some(path) = elsewhere {
        return path;
    }
    let stem = file.file_stem().unwrap();
    let is_root = ["lib", "main", "mod"].iter().any(|name| stem == *name);
    let folder = if is_root { folder.to_owned() } else { folder.join(stem) };
    let beside = folder.join(format!("{name}.rs"));
    if root.join(&beside).exists() { beside } else { folder.join(name).join("mod.rs") }
}

/// Whether an item with these attributes is compiled for tests only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => names_test(list.tokens.clone()),
        meta => meta.path().is_ident("test"),
    })
}

/// Whether `test` stands in a condition, and not as `not(test)`.
fn names_test(condition: TokenStream) -> bool {
    let mut is_negated = false;
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            is_negated = ident == "not";
            ident == "test"
        }
        TokenTree::Group(group) => !is_negated && names_test(group.stream()),
        _ => false,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Collects the imports and paths of a module's items.
struct Reader {
    module: Module,
}

impl Reader {
    fn import(&mut self, tree: &UseTree, before: &[String], is_public: bool) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident), is_public),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, is_public)),
            UseTree::Name(name) if name.ident == "self" => {
                self.module.imports.push(Import { path: before.to_vec(), name: before.last().cloned(), is_public });
            }
            UseTree::Name(name) => {
                let import = Import { path: with(&name.ident), name: Some(name.ident.to_string()), is_public };
                self.module.imports.push(import);
            }
            UseTree::Rename(rename) => {
                let path = if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                self.module.imports.push(Import { path, name: Some(rename.rename.to_string()), is_public });
            }
            UseTree::Glob(_) => self.module.imports.push(Import { path: before.to_vec(), name: None, is_public }),
        }
    }

    /// The paths among the tokens of a macro's call or definition.
    fn paths_in(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end_path(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.end_path(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.paths_in(group.stream());
                    }
                }
            }
        }
        self.end_path(&mut path);
    }

    fn end_path(&mut self, path: &mut Segments) {
        if !path.is_empty() {
            self.module.paths.push(std::mem::take(path));
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            syn::visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.module.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.paths_in(call.tokens.clone());
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}
