// A JSON value as the body of a reply.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "server/http/message.h"
#include "server/json/json_text.h"

namespace whorl::server {

inline Reply json_reply(const boost::json::value& value, std::string_view type = kJsonType) {
  Reply reply;
  reply.content_type = type;
  reply.body = json_text(value);
  return reply;
}

}  // namespace whorl::server
