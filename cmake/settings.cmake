# Language, warnings, sanitizers, and the helper that declares a room's library.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(WHORL_PCH "Precompile the standard library's and the heaviest third-party headers" ON)
find_program(WHORL_CCACHE ccache)
if(WHORL_CCACHE)
  # ccache takes part with precompiled headers only where told that their macros and dates do not matter.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${WHORL_CCACHE})
endif()
# Objects of programs are compiled as those of libraries are, so that both share precompiled headers.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE -fPIC)

add_library(whorl_settings INTERFACE)
target_include_directories(whorl_settings INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(whorl_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wdouble-promotion -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping, endless and outlying copies in std::string concatenation that are not there (GCC bug 105329).
  target_compile_options(whorl_settings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()
if(WHORL_WERROR)
  target_compile_options(whorl_settings INTERFACE -Werror)
endif()
if(WHORL_SANITIZE)
  target_compile_options(whorl_settings INTERFACE -fsanitize=${WHORL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(whorl_settings INTERFACE -fsanitize=${WHORL_SANITIZE})
  target_compile_definitions(whorl_settings INTERFACE WHORL_SANITIZED=1)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang AND WHORL_SANITIZE MATCHES "undefined")
    # Clang 14 cannot write the check of function types into a coroutine.
    target_compile_options(whorl_settings INTERFACE -fno-sanitize=function)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Among the sanitizers' checks GCC 12 loses sight of which member of a variant is alive.
    target_compile_options(whorl_settings INTERFACE -Wno-maybe-uninitialized)
  endif()
  if(WHORL_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences, which the sanitizer cannot see, stand beside locks, which it can.
    target_compile_options(whorl_settings INTERFACE -Wno-tsan)
  endif()
endif()
if(WHORL_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "WHORL_FUZZ needs clang (preset asan)")
  endif()
  target_compile_options(whorl_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(WHORL_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(whorl_settings INTERFACE -fpch-preprocess)  # ccache sees through precompiled headers
elseif(WHORL_PCH AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(whorl_settings INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Precompiled headers: what nearly every file includes, and takes two seconds a file to read. They come to a file beside
# its own includes, never instead of them: WHORL_PCH=OFF builds too (scripts/check-tidy holds that).
set(WHORL_STANDARD_HEADERS <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <filesystem> <fstream> <functional> <map>
  <memory> <mutex> <numbers> <numeric> <optional> <random> <set> <span> <string> <string_view> <thread> <unordered_map> <utility>
  <variant> <vector>)
# whorl_precompile(target [header ...]): headers of the target's own, with the standard ones.
function(whorl_precompile target)
  if(WHORL_PCH)
    target_precompile_headers(${target} PRIVATE ${WHORL_STANDARD_HEADERS} ${ARGN})
  endif()
endfunction()
# whorl_precompiled_as(target owner): the headers of another target with the same compile options.
function(whorl_precompiled_as target owner)
  if(WHORL_PCH)
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()
# whorl_release_option(target option): of a release alone, for code that does little of the work itself: -O1 compiles in
# two thirds, and -O0 in half of the time of -O3.
function(whorl_release_option target option)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:${option}>)
endfunction()

# The standard ones by themselves, for every library that asks for no more. It compiles nothing but them, with no third
# party's definitions: a library may have definitions more than its precompiled headers, never fewer.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/precompiled.cc CONTENT "// Holds precompiled headers alone.\n")
add_library(whorl_precompiled STATIC ${PROJECT_BINARY_DIR}/generated/precompiled.cc)
target_compile_features(whorl_precompiled PRIVATE cxx_std_20)
target_link_libraries(whorl_precompiled PRIVATE whorl_settings)
whorl_precompile(whorl_precompiled)

# whorl_library(name SOURCES ... LIBS ... PRECOMPILED ...): a static library with the project's settings. Third-party
# include directories come in as SYSTEM, so that warnings are errors for our own code alone. PRECOMPILED names headers to
# precompile beside the standard ones; a library whose compile options differ from the others' has some, too.
function(whorl_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;PRIVATE_LIBS;PRECOMPILED" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  # Who links the installed library has settings of their own, and needs the language alone.
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC $<BUILD_INTERFACE:whorl_settings> ${arg_LIBS} PRIVATE ${arg_PRIVATE_LIBS})
  if(arg_PRECOMPILED)
    whorl_precompile(${name} ${arg_PRECOMPILED})
  else()
    whorl_precompiled_as(${name} whorl_precompiled)
  endif()
endfunction()

# whorl_file_bytes(variable file): the bytes of a file that is to be part of a binary, as the inside of a C++ initialiser. A
# change of the file configures anew.
function(whorl_file_bytes variable file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  set(${variable} "${bytes}" PARENT_SCOPE)
endfunction()
