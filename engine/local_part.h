// The part of the gallery that lies in this process.
#pragma once

#include <memory>
#include <string>

#include "base/world.h"
#include "engine/part.h"
#include "engine/person_fusion.h"
#include "index/gallery.h"

namespace whorl::engine {

// Thread-safety: as Part. Borrows the gallery, the calibrations and the world, which must outlive it.
class LocalPart final : public Part {
 public:
  LocalPart(std::string name, const index::Gallery& gallery, Calibrations calibrations, World& world)
      : name_(std::move(name)), gallery_(gallery), calibrations_(calibrations), world_(world) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<PartAnswer> search(const Probe& probe, const Query& query, Deadline deadline) override;
  Result<ScoredPerson> compare(const Probe& probe, const std::string& gallery_id, const std::string& person_id,
                               Deadline deadline) override;

 private:
  const std::string name_;
  const index::Gallery& gallery_;
  const Calibrations calibrations_;
  World& world_;
};

}  // namespace whorl::engine
