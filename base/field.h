// Where in a request a fault lies: a path of names and positions, "fingers[2].image".
//
// A path is data: a front end that calls the same things otherwise renames the steps and parses no text.
// Thread-safety: a plain value.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl {

class FieldPath {
 public:
  // "fingers", or "fingers[2]". `name` is empty where a list stands for itself: "[2]".
  struct Step {
    std::string name;
    std::optional<std::size_t> index;
    friend bool operator==(const Step&, const Step&) = default;
  };

  FieldPath() = default;
  // One step; none when the name is empty. The name is taken as it is, whatever characters it holds.
  FieldPath(std::string name);       // NOLINT(google-explicit-constructor)
  FieldPath(std::string_view name);  // NOLINT(google-explicit-constructor)
  FieldPath(const char* name);       // NOLINT(google-explicit-constructor)
  FieldPath(std::string_view list, std::size_t index);
  explicit FieldPath(std::vector<Step> steps) : steps_(std::move(steps)) {}

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  // "fingers[2].image"
  [[nodiscard]] std::string text() const;

  // This path with `inner` after it.
  [[nodiscard]] FieldPath operator/(const FieldPath& inner) const;

  friend bool operator==(const FieldPath&, const FieldPath&) = default;
  friend bool operator==(const FieldPath& path, std::string_view text) { return path.text() == text; }
  friend bool operator==(const FieldPath& path, const std::string& text) { return path.text() == text; }
  friend bool operator==(const FieldPath& path, const char* text) { return path.text() == text; }
  friend std::ostream& operator<<(std::ostream& out, const FieldPath& path);

 private:
  std::vector<Step> steps_;
};

}  // namespace whorl
