// What must hold of the person when an encounter is put in.
#pragma once

namespace whorl::index {

enum class PersonRule {
  kNew,       // the person must not exist
  kExisting,  // the person must exist
  kEither,    // the person is made where there is none
};

}  // namespace whorl::index
