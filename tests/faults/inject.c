/* Loaded before libc (LD_PRELOAD): reading or writing fails from a place on, in files whose path holds a text.
 *
 *   FAULT_PATH   the text; other files are left alone
 *   FAULT_READ   offset from which reading fails with EIO
 *   FAULT_WRITE  bytes after which writing fails with ENOSPC, counted for all such files together
 *   FAULT_SYNC   any value: fsync and fdatasync fail with EIO
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long written;

static int concerns(int fd) {
    const char *text = getenv("FAULT_PATH");
    char link[64], path[PATH_MAX];
    if (text == NULL) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, text) != NULL;
}

static int limit(const char *name, long *value) {
    const char *text = getenv(name);
    if (text == NULL) return 0;
    *value = atol(text);
    return 1;
}

/* How much of `count` bytes at `offset` may be read; -1 when it fails at once. */
static ssize_t readable(int fd, size_t count, off_t offset) {
    long from;
    if (!limit("FAULT_READ", &from) || !concerns(fd)) return (ssize_t)count;
    if (offset >= from) return -1;
    return offset + (off_t)count > from ? (ssize_t)(from - offset) : (ssize_t)count;
}

static ssize_t writable(int fd, size_t count) {
    long most;
    if (!limit("FAULT_WRITE", &most) || !concerns(fd)) return (ssize_t)count;
    long before = atomic_fetch_add(&written, (long)count);
    if (before >= most) return -1;
    return before + (long)count > most ? most - before : (ssize_t)count;
}

ssize_t read(int fd, void *buffer, size_t count) {
    static ssize_t (*real)(int, void *, size_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "read");
    off_t offset = lseek(fd, 0, SEEK_CUR);
    ssize_t most = offset < 0 ? (ssize_t)count : readable(fd, count, offset);
    if (most < 0) { errno = EIO; return -1; }
    return real(fd, buffer, (size_t)most);
}

ssize_t pread64(int fd, void *buffer, size_t count, off_t offset) {
    static ssize_t (*real)(int, void *, size_t, off_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "pread64");
    ssize_t most = readable(fd, count, offset);
    if (most < 0) { errno = EIO; return -1; }
    return real(fd, buffer, (size_t)most, offset);
}

ssize_t pread(int fd, void *buffer, size_t count, off_t offset) { return pread64(fd, buffer, count, offset); }

ssize_t write(int fd, const void *buffer, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = dlsym(RTLD_NEXT, "write");
    ssize_t most = writable(fd, count);
    if (most < 0) { errno = ENOSPC; return -1; }
    return real(fd, buffer, (size_t)most);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    return count > 0 ? write(fd, parts[0].iov_base, parts[0].iov_len) : 0;
}

int fsync(int fd) {
    static int (*real)(int);
    if (real == NULL) real = dlsym(RTLD_NEXT, "fsync");
    if (getenv("FAULT_SYNC") != NULL && concerns(fd)) { errno = EIO; return -1; }
    return real(fd);
}

int fdatasync(int fd) { return fsync(fd); }
