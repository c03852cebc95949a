// What the engine does not understand of an encounter (contextualData, biographicData, clientData, the descriptions of
// its samples; together limits::kClientDataBytes at most): packed into the engine's opaque client_data at enrolment,
// and taken out when it is read. Pure and thread-safe.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "base/result.h"
#include "engine/types.h"
#include "server/json/json_reader.h"

namespace whorl::server {

// From the body of an Encounter and the descriptions that read_biometrics made. Errors: kInvalidInput naming the
// property (another type, bad base64, too much).
Result<std::string> pack_kept_data(const ObjectReader& body, boost::json::array descriptions);

// The inverse.
class KeptData {
 public:
  // Of anything but what pack_kept_data made, everything is empty.
  explicit KeptData(const std::string& client_data);

  // Puts clientData, contextualData and biographicData into `encounter`, where they were given.
  void put_into(boost::json::object& encounter) const;
  // Adds what was said of a finger of this position, or of the face, to `item`, never over a member that it has. Each
  // description is given out once.
  void describe_finger(engine::FingerPosition position, boost::json::object& item);
  void describe_face(boost::json::object& item);

 private:
  boost::json::object kept_;
  boost::json::array descriptions_;
};

}  // namespace whorl::server
