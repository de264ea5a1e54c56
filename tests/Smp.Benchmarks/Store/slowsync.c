/* Preloaded: every sync of a file takes a millisecond more, as on a disk that has to turn or to be asked over a wire. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <time.h>

static atomic_long delayed;

/* How many syncs were delayed, for the benchmark to see that those of SQLite are among them. */
long slowsync_delayed(void) { return atomic_load(&delayed); }

static int then_wait(int result)
{
    int error = errno;
    struct timespec left = {0, 1000000};
    /* The runtime interrupts its threads with signals: the rest of the millisecond is slept as well. */
    while (nanosleep(&left, &left) != 0 && errno == EINTR) { }
    atomic_fetch_add(&delayed, 1);
    errno = error;
    return result;
}

int fsync(int file) { return then_wait(((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file)); }

int fdatasync(int file) { return then_wait(((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(file)); }
