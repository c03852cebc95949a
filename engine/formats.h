// The formats that samples can be handed in, for front ends that name them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "templates/format.h"
#include "templates/modality.h"

namespace whorl::engine {

// A template's format as the interface names it (OSIA's templateFormat).
struct TemplateFormat {
  Format format{};
  std::size_t most_bytes = 0;
};
// Nothing where no template of the modality has this name.
std::optional<TemplateFormat> template_format(Modality modality, std::string_view osia_name);

// "WHORL_NATIVE"; empty of an image, and of what is no format.
std::string_view template_name(Format format);

// "WHORL_NATIVE", or several with commas.
std::string template_formats(Modality modality);

}  // namespace whorl::engine
