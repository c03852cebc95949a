// An OpenAPI 3.0 file and the JSON schemas in it: enough of a validator to hold the server's answers against
// it.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whorl::tests {

class OpenApi {
 public:
  // Reads a YAML file. Empty when it cannot be read or is not a map.
  static std::optional<OpenApi> load(const std::filesystem::path& path);
  static std::optional<OpenApi> parse(const std::string& yaml);
  explicit OpenApi(boost::json::value document) : document_(std::move(document)) {}

  struct Operation {
    std::string path;
    std::string method;                        // lower case
    const boost::json::value* body = nullptr;  // what stands under path and method
    // The parameters of the operation and of its path that lie in `place` ("query", "path"); references followed.
    [[nodiscard]] std::vector<const boost::json::value*> parameters(const OpenApi& file, std::string_view place) const;
  };
  [[nodiscard]] std::vector<Operation> operations() const;
  // What a "$ref" refers to; anything else as it is; null where it refers to nothing.
  [[nodiscard]] const boost::json::value* followed(const boost::json::value& value) const;
  // Every "$ref" in the file that refers to nothing.
  [[nodiscard]] std::vector<std::string> broken_references() const;

  // The response of an operation to a status: null when the file does not list that status.
  [[nodiscard]] const boost::json::value* response(std::string_view path, std::string_view method, int status) const;
  // The schema of a response's or request body's application/json; null when it has none.
  [[nodiscard]] static const boost::json::value* json_schema(const boost::json::value& response);
  [[nodiscard]] const boost::json::value* request_schema(std::string_view path, std::string_view method) const;
  // "#/components/schemas/Error"
  [[nodiscard]] const boost::json::value* resolve(std::string_view ref) const;

  enum class Direction { kRequest, kResponse };  // a required readOnly property is required in responses alone

  // What is wrong with `value`, one line a fault with its path; empty when it conforms. A schema keyword that
  // the validator does not know is a fault too, so nothing is passed by ignorance. Knows: $ref, type,
  // required, properties, additionalProperties, items, enum, minItems, uniqueItems, format (date-time, byte,
  // int32, int64, float, uri), nullable, and the annotations description, example, default, readOnly, title.
  [[nodiscard]] std::vector<std::string> faults(const boost::json::value& value, const boost::json::value& schema,
                                                Direction direction = Direction::kResponse) const;

 private:
  boost::json::value document_;
};

}  // namespace whorl::tests
