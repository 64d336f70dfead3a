/// libsystemd: sd_notify(3) and the journal.
#pragma once

// Swift builds this header as a module. Taking glibc's declarations from Swift's own module gives each one owner; otherwise
// it depends on the order of imports whether `iovec` is Glibc's or ours, and files that import Glibc alone do not compile.
#ifdef __swift__
#pragma clang module import SwiftGlibc
#endif

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
