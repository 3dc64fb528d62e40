/* Loaded before the C library: the way to the server breaks, once, in the middle of a write. In clear that is right behind
   a final dot with the next envelope behind it; inside TLS before the last byte of a message. What the server has to say
   still comes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Larger than any handshake, smaller than any message. */
#define MESSAGE 4096

static int breaking = -1;
static int broke = 0;

/* Whether the write that comes now is the one that fails. */
static int breaks(int socket) {
  if (socket != breaking)
    return 0;
  breaking = -1;
  broke = 1;
  shutdown(socket, SHUT_WR);
  errno = EPIPE;
  return 1;
}

ssize_t send(int socket, const void *bytes, size_t length, int flags) {
  ssize_t (*real)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send");
  if (breaks(socket))
    return -1;
  const char *dot = memmem(bytes, length, "\r\n.\r\n", 5);
  if (dot && !broke) {
    size_t end = dot + 5 - (const char *)bytes;
    if (end < length) {
      breaking = socket;
      length = end;
    }
  }
  return real(socket, bytes, length, flags);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
  if (breaks(file))
    return -1;
  size_t length = 0;
  for (int part = 0; part < count; part++)
    length += parts[part].iov_len;
  if (broke || length < MESSAGE)
    return real(file, parts, count);
  struct iovec less[count];
  memcpy(less, parts, sizeof less);
  less[count - 1].iov_len -= 1;
  breaking = file;
  return real(file, less, count);
}
