/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entry of a fuzz target, as libFuzzer calls it. A target returns 0 and has no state
 * left over; a finding is a crash, a sanitizer's report or an abort().
 */
#ifndef IOTRACE_TESTS_FUZZ_H
#define IOTRACE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
