// The parts of the report, as HTML. Private to engine/evaluation.
#pragma once

#include <cstddef>
#include <string>

#include "engine/evaluation/page/page.h"

namespace whorl::evaluation::page {

std::string summary(const PageContent& content);
std::string judgements(const PageContent& content);
std::string verification(const PageContent& content);
std::string searches(const PageContent& content);
std::string calibration(const PageContent& content);
std::string quality(const PageContent& content);
std::string parts(const PageContent& content);
// With at most so many bytes of pictures.
std::string worst(const PageContent& content, std::size_t picture_bytes);
std::string provenance(const PageContent& content);
std::string words(const PageContent& content);

}  // namespace whorl::evaluation::page
