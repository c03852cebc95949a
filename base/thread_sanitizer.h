// Whether this build looks for data races: then the packaged libraries that are not built for the sanitizer are
// kept to uses that it can follow.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define WHORL_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WHORL_THREAD_SANITIZER 1
#endif
#endif
