// What a cluster is run with: one file of TOML, which every front and every part of it has.
//
//   name = "border"                        [[parts]]
//   key = "cluster.key"                    name = "a"
//   servers = ["tls://10.0.0.1:4222"]      slices = ["0-2047"]
//   authorities = "ca.pem"
//   certificate = "node.pem"               [[parts]]
//   private_key = "node.key"               name = "b"
//                                          slices = ["2048-4095"]
//
// Paths are relative to the file's folder. docs/cluster.md says what each is. Thread-safety: plain values and pure
// functions.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "cluster/nats_bus.h"
#include "cluster/slices.h"
#include "engine/calibration.h"
#include "templates/modality.h"

namespace whorl::cluster {

inline constexpr std::size_t kMostConfigBytes = std::size_t{256} << 10;

struct ClusterConfig {
  std::string name;
  std::filesystem::path key;  // 32 bytes, its owner's alone
  BrokerConfig broker;
  // For a part's answer, where who asks waits longer.
  std::chrono::milliseconds answer_within{5000};
  std::vector<std::string> parts;
  SliceMap slices;

  // Nothing where there is none of this name.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view part) const;
  // Under which a part listens.
  [[nodiscard]] std::string subject_of(std::string_view part) const;
};

// Errors: kInvalidInput; the field is "FILE:LINE", or the key.
Result<ClusterConfig> parse_cluster_config(std::string_view toml, const std::filesystem::path& file);
// The same of a file. Errors: also those of read_file.
Result<ClusterConfig> read_cluster_config(const std::filesystem::path& file);

// What every end of a cluster must agree on, or it answers otherwise: the map, the calibrations, the versions of
// extractors.
using Setting = Sha256;
Setting setting_of(const ClusterConfig& config, const ByModality<std::optional<engine::Calibration>>& calibrations);

}  // namespace whorl::cluster
