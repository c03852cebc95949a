#include "server/web/files.h"

#include "base/catalogue.h"
#include "server/http/accept.h"
#include "server/web/page_files.h"

namespace whorl::server {
namespace {

constexpr std::string_view kHtml[] = {"text/html"};
constexpr std::string_view kAssets[] = {"application/json", "image/svg+xml", "text/css", "text/javascript"};

// What a page may do: scripts, styles and calls of this server alone, pictures of its answers, and be nobody's frame.
constexpr std::string_view kContentSecurity =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

bool takes_gzip(std::string_view accepted) { return !trimmed(accepted).empty() && quality_of(accepted, "gzip") > 0; }

// Whether the client has the file already. A proxy that compresses makes a tag weak.
bool has_it(std::string_view if_none_match, std::string_view tag) {
  return if_none_match == "*" || if_none_match.find(tag) != std::string_view::npos;
}

Reply file_reply(const Request& request, const PageFile* file) {
  if (file == nullptr) return error_reply(404, failure(ErrorCode::kUnknownPath));
  Reply reply;
  reply.content_type = file->type;
  // A page is asked for anew each time, and sent anew where the node has another.
  reply.headers = {{"Cache-Control", "no-cache"},
                   {"ETag", file->tag},
                   {"Vary", "Accept-Encoding"},
                   {"Content-Security-Policy", std::string(kContentSecurity)},
                   {"Referrer-Policy", "no-referrer"},
                   {"Cross-Origin-Opener-Policy", "same-origin"},
                   {"Cross-Origin-Resource-Policy", "same-origin"}};
  if (has_it(request.if_none_match, file->tag)) {
    reply.status = 304;
    return reply;
  }
  const bool small = !file->gzipped.empty() && takes_gzip(request.accept_encoding);
  if (small) reply.headers.emplace_back("Content-Encoding", "gzip");
  reply.body = small ? file->gzipped : file->bytes;
  return reply;
}

Reply page(const Request& request, const PathValues&) { return file_reply(request, page_file("page.html")); }

Reply asset(const Request& request, const PathValues& path) {
  const std::string& name = path.at("name");
  return file_reply(request, name == "page.html" ? nullptr : page_file(name));
}

// Who knows nothing of the node is shown the page that most people want.
Reply home(const Request&, const PathValues&) {
  Reply reply = no_content();
  reply.status = 303;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = "/check\n";
  reply.headers = {{"Location", "/check"}};
  return reply;
}

constexpr Route kRoutes[] = {
    {.method = "GET", .path = "/", .scope = "", .handler = home},
    {.method = "GET", .path = "/check", .answers = kHtml, .scope = "", .handler = page},
    {.method = "GET", .path = "/enrol", .answers = kHtml, .scope = "", .handler = page},
    {.method = "GET", .path = "/review", .answers = kHtml, .scope = "", .handler = page},
    {.method = "GET", .path = "/analyse", .answers = kHtml, .scope = "", .handler = page},
    {.method = "GET", .path = "/node", .answers = kHtml, .scope = "", .handler = page},
    {.method = "GET", .path = "/assets/{name}", .answers = kAssets, .scope = "", .handler = asset},
};

}  // namespace

std::span<const Route> file_routes() { return kRoutes; }

}  // namespace whorl::server
