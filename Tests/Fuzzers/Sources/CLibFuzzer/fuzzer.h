// What of libFuzzer's interface a fuzzer needs that has a main of its own: SwiftPM insists on one.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *octets, size_t count));
