/// What Swift cannot import from the Linux headers: functions behind _GNU_SOURCE, packed structures and the CMSG macros.
#pragma once

// Swift builds this header as a module. Taking glibc's declarations from Swift's own module gives each one owner; otherwise
// it depends on the order of imports whether `timespec` is Glibc's or ours, and files that import Glibc alone do not compile.
#ifdef __swift__
#pragma clang module import SwiftGlibc
#endif

#include "clinux_socket.h"
#include "clinux_event.h"
#include "clinux_media.h"
#include "clinux_process.h"
