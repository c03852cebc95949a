# Language, warnings, sanitizers, and the helper that declares a room's library.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(WHORL_CCACHE ccache)
if(WHORL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${WHORL_CCACHE})
endif()

add_library(whorl_settings INTERFACE)
target_include_directories(whorl_settings INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(whorl_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wdouble-promotion -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in std::string concatenation that are not there (GCC bug 105329).
  target_compile_options(whorl_settings INTERFACE -Wno-restrict)
endif()
if(WHORL_WERROR)
  target_compile_options(whorl_settings INTERFACE -Werror)
endif()
if(WHORL_SANITIZE)
  target_compile_options(whorl_settings INTERFACE -fsanitize=${WHORL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(whorl_settings INTERFACE -fsanitize=${WHORL_SANITIZE})
  target_compile_definitions(whorl_settings INTERFACE WHORL_SANITIZED=1)
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
    message(FATAL_ERROR "WHORL_FUZZ needs clang (preset fuzz)")
  endif()
  target_compile_options(whorl_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

# whorl_library(name SOURCES ... LIBS ...): a static library with the project's settings. Third-party include
# directories come in as SYSTEM, so that warnings are errors for our own code alone.
function(whorl_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  # Who links the installed library has settings of their own, and needs the language alone.
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PUBLIC $<BUILD_INTERFACE:whorl_settings> ${arg_LIBS} PRIVATE ${arg_PRIVATE_LIBS})
endfunction()
