// A resolution that is stated and false, where the ridges alone cannot show it: before an answer rules anybody out, a
// finger whose ridges would lie as an adult's at another resolution is read once more at that one. Private to this
// room.
//
// Who fits there is neither matched nor named: the answer is that the stated resolution is doubtful. A child's print
// that nobody fits at either resolution is answered as any other. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/read_probe.h"
#include "engine/verdict.h"

namespace whorl::engine {

// At which resolution else a finger is worth a look whose ridges, at the stated one, lie `period_px500` apart: at 500
// ppi, which nearly all sensors have, where that is another than stated and the ridges would be an adult's there; else
// where they would be an adult's, if they are finer or wider than nearly all adults'. Nothing where the stated one
// fits.
std::optional<double> likelier_ppi(double stated_ppi, double period_px500);

struct OtherResolution {
  Probe probe;  // of the fingers that were read again, alone
  struct Finger {
    std::size_t sample = 0;  // of the request
    double factor = 1;       // of the stated resolution
  };
  std::vector<Finger> fingers;
};

// Nothing where no finger has a likelier resolution, or nothing is found there. Errors: kUnavailable once `stop` says
// so. Cost: where there is one, that of reading the finger again.
Result<std::optional<OtherResolution>> at_other_resolution(const std::vector<Sample>& samples, const ReadProbe& read,
                                                           const EngineConfig& config, const Workers& workers,
                                                           const fingerprint::Stop& stop);

// Whether a person of that probe's is near enough to put the stated resolution in doubt.
bool fits(const ScoredPerson& person, const Rules& rules);

// Says of the fingers that were read again what the resolution looks like.
void advise(const OtherResolution& other, std::vector<SampleQuality>& qualities);

}  // namespace whorl::engine
