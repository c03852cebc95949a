// For objects of C libraries in a std::unique_ptr: the function that frees them.
#pragma once

namespace whorl {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

}  // namespace whorl
