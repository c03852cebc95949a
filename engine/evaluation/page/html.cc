#include "engine/evaluation/page/html.h"

#include "base/base64.h"
#include "base/bytes.h"
#include "base/sha256.h"
#include "engine/evaluation/canvas.h"
#include "engine/evaluation/chart.h"

namespace whorl::evaluation::html {
namespace {

// System fonts; tables and plots scroll inside their own box where the page is narrow.
constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0 auto;max-width:60rem;"
    "padding:1rem}h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid "
    "#ccc;"
    "padding-top:1rem}h1,h2,p,li,figcaption,caption{overflow-wrap:anywhere}.box{overflow-x:auto;margin:1rem 0}"
    "table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.3rem 0}"
    "th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:left;vertical-align:top;white-space:nowrap}"
    "figure{margin:1.5rem 0}figure svg{max-width:none;height:auto;min-width:36rem}figcaption{font-size:.95rem;"
    "color:#333}img{max-width:100%;height:auto}pre{overflow-x:auto;background:#f4f4f4;padding:.8rem;font-size:.85rem}"
    ".note{border-left:4px solid #767676;padding:.2rem .8rem;margin:1rem 0}a{color:#0b4f9e}"
    "@media print{.box{overflow:visible}h2{break-after:avoid}figure,table{break-inside:avoid}}";

std::string style_digest() {
  const Sha256 digest = sha256_of({as_bytes(kStyle)});
  return encode_base64(ByteView(digest.data(), digest.size()));
}

}  // namespace

std::string element(std::string_view tag, std::string_view text) {
  return "<" + std::string(tag) + ">" + xml_text(text) + "</" + std::string(tag) + ">\n";
}

std::string table(std::string_view caption, const std::vector<Row>& rows) {
  if (rows.size() < 2) return {};
  std::string out = "<div class=\"box\" tabindex=\"0\" role=\"region\" aria-label=\"" + xml_text(caption) +
                    "\"><table><caption>" + xml_text(caption) + "</caption>\n<thead><tr>";
  for (const std::string& cell : rows.front()) out += "<th scope=\"col\">" + xml_text(cell) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 1; r < rows.size(); ++r) {
    out += "<tr>";
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      out += c == 0 ? "<th scope=\"row\">" + xml_text(rows[r][c]) + "</th>" : "<td>" + xml_text(rows[r][c]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string figure(std::string_view svg, std::string_view caption) {
  if (svg.empty()) return {};
  return "<figure><div class=\"box\" tabindex=\"0\" role=\"group\">" + inline_svg(std::string(svg)) +
         "</div><figcaption>" + xml_text(caption) + "</figcaption></figure>\n";
}

std::string section(std::string_view id, std::string_view heading, const std::string& content) {
  if (content.empty()) return {};
  return "<section id=\"" + std::string(id) + "\">\n" + element("h2", heading) + content + "</section>\n";
}

std::string policy() {
  return "default-src 'none'; style-src 'sha256-" + style_digest() +
         "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
}

std::string document(std::string_view title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
         "'sha256-" +
         style_digest() +
         "'; base-uri 'none'; form-action 'none'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         xml_text(title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n" + body +
         "</main>\n</body>\n</html>\n";
}

}  // namespace whorl::evaluation::html
