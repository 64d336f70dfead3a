/// What Swift cannot import from the Linux headers: functions behind _GNU_SOURCE, packed structures and the CMSG macros.
#pragma once

#include "clinux_socket.h"
#include "clinux_event.h"
