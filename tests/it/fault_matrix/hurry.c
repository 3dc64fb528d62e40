/* Loaded before the C library: how long a socket waits for its peer passes a hundred times faster. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/time.h>

int setsockopt(int socket, int level, int name, const void *value, socklen_t length) {
  int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  if (level != SOL_SOCKET || (name != SO_RCVTIMEO && name != SO_SNDTIMEO))
    return real(socket, level, name, value, length);
  const struct timeval *slow = value;
  long long microseconds = (slow->tv_sec * 1000000LL + slow->tv_usec) / 100 + 1;
  struct timeval fast = {microseconds / 1000000, microseconds % 1000000};
  return real(socket, level, name, &fast, sizeof fast);
}
