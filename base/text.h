// Numbers and words as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl {

// `value` with so many decimals, rounded: fixed(12.34) is "12.3". Thread-safe.
std::string fixed(double value, int decimals = 1);

// The shortest plain decimal that reads back as `value`, never with an exponent and always with a point: "42.5", "1.0",
// "0.000001". "null" where it is not finite, as JSON has no other word for it.
std::string plain_number(double value);
// The same rounded to so many significant digits; for float, to as many as it holds.
std::string plain_number(double value, int significant_digits);
std::string plain_number(float value);

// "12GiB", "512 KiB", "1000": a whole number of bytes, or of KiB, MiB, GiB or TiB. Empty when it is none of these or
// does not fit.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);
// The same the other way, in the largest unit that divides it: "12GiB".
std::string byte_size_text(std::uint64_t bytes);
// To be read, not read back: "8.0 GiB", below 1 GiB "512 MiB"; and in whole MiB, rounded up.
std::string gibibytes(std::uint64_t bytes);
std::string mebibytes(std::uint64_t bytes);

// Which of `known` (not empty) is nearest to `word`: the fewest letters to insert, delete or replace.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace whorl
