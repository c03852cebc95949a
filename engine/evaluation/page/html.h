// The little of HTML that the report needs. All text is escaped. Private to engine/evaluation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whorl::evaluation::html {

using Row = std::vector<std::string>;

std::string element(std::string_view tag, std::string_view text);

// A table whose first row is its heading; a first column of names heads its rows. `caption` says what it shows.
std::string table(std::string_view caption, const std::vector<Row>& rows);

// A picture with what it shows and what follows from it. `svg` is a whole document; empty: nothing.
std::string figure(std::string_view svg, std::string_view caption);

// A heading that can be linked to, and what follows it; nothing where `content` is empty.
std::string section(std::string_view id, std::string_view heading, const std::string& content);

// Under which the document may be shown: no script, nothing fetched, nothing sent; the style by its digest.
std::string policy();

// The whole document: one style, allowed by its digest; no script, nothing fetched.
std::string document(std::string_view title, const std::string& body);

}  // namespace whorl::evaluation::html
