/* Loaded before the C library: while a thread waits for what its peer says, its time passes two hundred times faster. The
   deadlines of a conversation are minutes; nothing else is hurried. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#define TIMES 200
#define SECOND 1000000000LL

/* How far this thread's clock is ahead, in nanoseconds. */
static __thread long long ahead;

static struct timespec shifted(struct timespec time, long long by) {
  long long sum = time.tv_sec * SECOND + time.tv_nsec + by;
  return (struct timespec){sum / SECOND, sum % SECOND};
}

static long long now(void) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  struct timespec time;
  real(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
  int answer = real(clock, time);
  if (answer == 0 && clock == CLOCK_MONOTONIC)
    *time = shifted(*time, ahead);
  return answer;
}

int setsockopt(int socket, int level, int name, const void *value, socklen_t length) {
  int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  if (level != SOL_SOCKET || (name != SO_RCVTIMEO && name != SO_SNDTIMEO))
    return real(socket, level, name, value, length);
  const struct timeval *slow = value;
  long long microseconds = (slow->tv_sec * 1000000LL + slow->tv_usec) / TIMES + 1;
  struct timeval fast = {microseconds / 1000000, microseconds % 1000000};
  return real(socket, level, name, &fast, sizeof fast);
}

ssize_t recv(int socket, void *buffer, size_t length, int flags) {
  ssize_t (*real)(int, void *, size_t, int) = dlsym(RTLD_NEXT, "recv");
  long long began = now();
  ssize_t answer = real(socket, buffer, length, flags);
  int error = errno;
  if (answer < 0 && (error == EAGAIN || error == EWOULDBLOCK))
    ahead += (now() - began) * (TIMES - 1);
  errno = error;
  return answer;
}

/* A wait that ends at a time by the clock above ends at that time by the kernel's. */
long syscall(long number, long a, long b, long c, long d, long e, long f) {
  long (*real)(long, ...) = dlsym(RTLD_NEXT, "syscall");
  if (number == SYS_futex && (b & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET && d != 0) {
    struct timespec end = shifted(*(const struct timespec *)d, -ahead);
    return real(number, a, b, c, &end, e, f);
  }
  return real(number, a, b, c, d, e, f);
}
