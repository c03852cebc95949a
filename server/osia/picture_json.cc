#include "server/osia/picture_json.h"

#include <boost/json/object.hpp>

#include "base/base64.h"

namespace whorl::server {

boost::json::value picture_json(const image::Picture& picture) {
  if (picture.empty()) return nullptr;
  return boost::json::object{{"mediaType", "image/png"},
                             {"width", picture.width},
                             {"height", picture.height},
                             {"data", encode_base64(picture.png)}};
}

}  // namespace whorl::server
