// What a cluster is run with: one file of TOML, which every front and every part of it has.
//
//   name = "border"                        [[parts]]
//   key = "cluster.key"                    name = "a"
//   servers = ["tls://10.0.0.1:4222"]      slices = ["0-2047"]
//   authorities = "ca.pem"
//   certificate = "node.pem"               [[parts]]
//   private_key = "node.key"               name = "b"
//                                          slices = ["2048-4095"]
//                                          replicas = ["b1", "b2", "b3"]
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
#include "engine/engine.h"
#include "templates/modality.h"

namespace whorl::cluster {

inline constexpr std::size_t kMostConfigBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMostReplicas = 7;

// Half of them and one.
constexpr std::size_t majority_of(std::size_t replicas) { return replicas / 2 + 1; }

struct ClusterConfig {
  std::string name;
  std::filesystem::path key;  // 32 bytes, its owner's alone
  BrokerConfig broker;
  // For a part's answer, where who asks waits longer.
  std::chrono::milliseconds answer_within{5000};
  std::vector<std::string> parts;
  // Of each part the processes that hold it, all of them all of its people; of most parts the part's name alone. A name
  // is there once in all.
  std::vector<std::vector<std::string>> replicas;
  // How many replicas of a part have a change on their disks before it is acknowledged, and have to agree on who leads
  // it: more than half. Nothing: half of them and one.
  std::optional<std::size_t> written_by;
  // Of a change in the log of a part's replicas: at least, and at most where one of them is away (docs/cluster.md).
  std::chrono::seconds keep_log{600};
  std::chrono::seconds keep_log_at_most{86'400};
  // What a part holds that begins; what it holds later it knows itself (slice_book.h).
  SliceMap slices;

  // Of the part of which this is a replica; nothing where there is none of this name.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view replica) const;
  // Under which a replica listens.
  [[nodiscard]] std::string subject_of(std::string_view replica) const;
  // How many replicas of the part at this place have a change before it is acknowledged.
  [[nodiscard]] std::size_t needed_of(std::size_t place) const;
};

// Errors: kInvalidInput; the field is "FILE:LINE", or the key.
Result<ClusterConfig> parse_cluster_config(std::string_view toml, const std::filesystem::path& file);
// The same of a file. Errors: also those of read_file.
Result<ClusterConfig> read_cluster_config(const std::filesystem::path& file);

// What every end of a cluster must agree on, or it answers otherwise: the calibrations, the versions of extractors and
// of messages. Which parts there are is in it no more than who holds what: both change while a cluster runs.
using Setting = Sha256;
Setting setting_of(const ClusterConfig& config, const ByModality<std::optional<engine::Calibration>>& calibrations);
// The same of one part, with its replicas and how many of them acknowledge. `listens_as`: a replica of it, or its log.
Setting setting_of_part(const ClusterConfig& config, std::string_view listens_as, const Setting& setting);

// What the replicas of one part must agree on besides, or one would refuse what another takes: quality, images kept,
// limits of images, how faces are read. Limits of a machine are not in it.
// `keeps_images`: as the gallery is set.
Sha256 making_options(const engine::EngineConfig& config, bool keeps_images);

}  // namespace whorl::cluster
