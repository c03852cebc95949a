// Names that files carry: what an operator may take as the name of a person or an encounter.
//
// Pure; thread-safe. Cost: O(bytes), one pass over the file.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::interchange {

// The value of a text field of an ANSI/NIST transaction ("1.009", "2.014"): its first item, without spaces around it,
// of the first record of that type. Errors: kInvalidInput: the file is no transaction, or has no such field, or it is
// empty.
Result<std::string> itl_value(ByteView file, int type, int number);

// The Index of CBEFF XML: of the root's BIRInfo, else of the first BIR that has one in BIRInfo or BDBInfo. Errors:
// kInvalidInput: the file is not CBEFF XML, or has none.
Result<std::string> cbeff_index(ByteView file);

}  // namespace whorl::interchange
