// The committed example of five members.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "exchange/policy/national.h"
#include "exchange/policy/policy.h"

namespace whorl::tests {

inline std::string example_text(const std::string& file) {
  const auto bytes = read_file(std::filesystem::path(WHORL_SOURCE_DIR) / "examples/exchange" / file, 1u << 20);
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? std::string(as_text(*bytes)) : std::string();
}

inline exchange::Policy example_policy() {
  auto policy = exchange::parse_policy(example_text("region.toml"), "region.toml");
  EXPECT_TRUE(policy.ok()) << policy.error().text();
  return std::move(*policy);
}

inline exchange::NationalPolicy example_national() {
  auto national = exchange::parse_national(example_text("aru.toml"), "aru.toml");
  EXPECT_TRUE(national.ok()) << national.error().text();
  return std::move(*national);
}

}  // namespace whorl::tests
