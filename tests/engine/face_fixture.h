// Faces of people who do not exist: random embeddings, and a calibration of comparisons of others like them.
#pragma once

#include "engine/calibration.h"
#include "engine/types.h"
#include "templates/face/template.h"

namespace whorl::engine {

inline const face::NetworkId kNetwork{"a_network", {1, 2, 3, 4, 5, 6, 7, 8}};
inline const face::NetworkId kOther{"another", {8, 7, 6, 5, 4, 3, 2, 1}};

// Captures of one person are alike, those of two are not.
face::FaceTemplate face_of(int person, int capture, const face::NetworkId& network = kNetwork, int quality = 80);

Sample sample_of(const face::FaceTemplate& face);

// Of kNetwork; fitted once to faces that no test uses.
const Calibration& face_calibration();

}  // namespace whorl::engine
