// What a search may filter by: the texts, numbers and booleans of an encounter's data, as the index keeps them, and
// what a filter asks of them. Pure; plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/record.h"

namespace whorl::index {

// Which encounters a search looks at. Every term must hold.
struct EncounterFilter {
  struct Term {
    // Of the encounter's type, else of its biographic data, else of its contextual data, under this name.
    bool of_type = false;
    std::string name;
    // Texts, numbers and booleans as JSON has them ("\"M\"", "42", "true"). One of these, where there are any.
    std::vector<std::string> one_of;
    // From and to, both included: texts in order of their bytes, as dates are; numbers by value, whole ones exactly.
    std::optional<std::string> least;
    std::optional<std::string> most;
    // No error where nobody has it.
    bool may_be_absent = false;
  };
  std::vector<Term> terms;

  // A text as JSON.
  static std::string as_json(const std::string& text);
};

struct Attribute {
  std::string name;
  std::string value;  // JSON

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// A field of the index entry holds them (index_entry.h); records keep their data as it came.
inline constexpr std::uint16_t kAttributesTag = 1;

// The members that are texts, numbers or booleans, at the top of the data; biographic ones come before contextual ones.
std::vector<Attribute> attributes_of(const EncounterRecord& record);
// Nothing where they are too long for a field: they are then read from the record.
std::optional<Bytes> encode_attributes(const std::vector<Attribute>& attributes);
// Takes any bytes. Errors: kCorruption.
Result<std::vector<Attribute>> parse_attributes(ByteView bytes);

// The value that a term is about; null where there is none.
const std::string* find_attribute(const std::vector<Attribute>& attributes, const std::string& name);
// Whether a value is what the term asks for.
bool holds(const EncounterFilter::Term& term, const std::string& value);
// Whether it could be: a text for a term about texts, a number for one about numbers.
bool comparable(const EncounterFilter::Term& term, const std::string& value);

}  // namespace whorl::index
