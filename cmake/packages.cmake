# Third-party packages, each found once, for the rooms that are built. All come from Debian (scripts/setup installs them).

# The library. cmake/whorl-config.cmake.in finds the same for who links the installed one.
find_package(Threads REQUIRED)
find_package(OpenCV REQUIRED COMPONENTS core imgproc imgcodecs dnn objdetect)
find_package(TBB REQUIRED)
find_package(RocksDB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
# Headers alone: the packaged target would link its shared library.
find_path(WHORL_TOML_INCLUDE_DIR toml++/toml.h REQUIRED)
find_package(TIFF REQUIRED)
find_package(libjpeg-turbo CONFIG REQUIRED)
# The packaged targets of OpenJPEG want its programs installed; the library is found by itself.
find_path(WHORL_OPENJPEG_INCLUDE_DIR openjpeg.h PATH_SUFFIXES openjpeg-2.5 REQUIRED)
find_library(WHORL_OPENJPEG_LIBRARY openjp2 REQUIRED)
find_package(pugixml REQUIRED)

# FAISS: Debian's, or what scripts/faiss-avx2 has built of its source with AVX2.
find_package(OpenMP REQUIRED)
find_package(BLAS REQUIRED)
find_package(faiss REQUIRED)
add_library(whorl_faiss INTERFACE)
find_library(WHORL_FAISS_AVX2 faiss_avx2 PATHS ${PROJECT_SOURCE_DIR}/build/faiss-avx2/lib NO_DEFAULT_PATH)
if(WHORL_FAISS_AVX2 AND EXISTS ${WHORL_FAISS_AVX2})
  target_include_directories(whorl_faiss SYSTEM INTERFACE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/build/faiss-avx2/include>")
  target_link_libraries(whorl_faiss INTERFACE "$<BUILD_INTERFACE:${WHORL_FAISS_AVX2}>" "$<INSTALL_INTERFACE:faiss>"
    BLAS::BLAS OpenMP::OpenMP_CXX)
else()
  unset(WHORL_FAISS_AVX2 CACHE)
  target_link_libraries(whorl_faiss INTERFACE faiss OpenMP::OpenMP_CXX)
endif()

if(WHORL_BUILD_SERVER)
  find_package(Boost 1.81 REQUIRED COMPONENTS json)
  find_package(spdlog REQUIRED)
endif()
if(WHORL_BUILD_CLI OR WHORL_BUILD_BENCH)
  find_package(CLI11 CONFIG REQUIRED)
endif()
if(WHORL_BUILD_BENCH)
  find_package(benchmark REQUIRED)
  find_package(Eigen3 REQUIRED)
endif()
if(WHORL_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(yaml-cpp REQUIRED)
endif()

add_library(whorl_opencv INTERFACE)
target_include_directories(whorl_opencv SYSTEM INTERFACE "$<BUILD_INTERFACE:${OpenCV_INCLUDE_DIRS}>")
target_link_libraries(whorl_opencv INTERFACE opencv_core opencv_imgproc opencv_imgcodecs)
# Networks, for faces alone.
add_library(whorl_opencv_dnn INTERFACE)
target_link_libraries(whorl_opencv_dnn INTERFACE whorl_opencv opencv_dnn opencv_objdetect)
add_library(whorl_openjpeg INTERFACE)
target_include_directories(whorl_openjpeg SYSTEM INTERFACE "$<BUILD_INTERFACE:${WHORL_OPENJPEG_INCLUDE_DIR}>")
target_link_libraries(whorl_openjpeg INTERFACE openjp2)
