// The header of a request as plain values.
#pragma once

#include <string>
#include <vector>

#include "server/http/admission.h"
#include "server/http/message.h"
#include "server/http/stream.h"

namespace whorl::server {

// Precondition: the parser is done with the header. The target is in origin form where it has one; else as it came.
Request request_of(const RequestParser& parser);
RequestHead head_of(const RequestParser& parser);
// Every value of Authorization.
std::vector<std::string> authorizations_of(const RequestParser& parser);
// Every value of Cookie, and of Whorl-Csrf.
std::vector<std::string> cookies_of(const RequestParser& parser);
std::vector<std::string> guards_of(const RequestParser& parser);
// Whether a browser says that a page of this server asks. Precondition: whom it names was checked (admission.h).
bool is_of_own_page(const RequestHead& head);
// Whether a browser sends it for a script of a page, rather than for whoever follows a link (Fetch Metadata).
bool is_of_script(const RequestParser& parser);

}  // namespace whorl::server
