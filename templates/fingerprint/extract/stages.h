// The stages of extraction in the order that extract.cc calls them. Private to this room.
//
// Orientations are ridge orientations in radians, counter-clockwise with y up, in [0, pi). Lengths are pixels at 500
// ppi. All stages are pure and thread-safe; each header says what its stage takes and gives, and where its method is
// from.
#pragma once

#include "templates/fingerprint/extract/cores.h"            // where the ridges turn back
#include "templates/fingerprint/extract/enhance.h"          // -> ridge pattern without noise, and as bits
#include "templates/fingerprint/extract/fine_ridges.h"      // a child's ridges, in the picture made larger
#include "templates/fingerprint/extract/flow_net.h"         // -> the same, learnt
#include "templates/fingerprint/extract/gate.h"             // what is refused before the dear stages
#include "templates/fingerprint/extract/maps.h"             // pictures by pixel and by grid cell
#include "templates/fingerprint/extract/minutiae.h"         // skeleton -> minutiae
#include "templates/fingerprint/extract/normalise.h"        // grey -> even contrast
#include "templates/fingerprint/extract/orientation.h"      // -> ridge orientation and its coherence
#include "templates/fingerprint/extract/part.h"             // the part of a large picture that shows the print
#include "templates/fingerprint/extract/period.h"           // -> distance from ridge to ridge
#include "templates/fingerprint/extract/reliability.h"      // how far the pattern explains the image
#include "templates/fingerprint/extract/ridge_evidence.h"   // whether it is a print at all
#include "templates/fingerprint/extract/segment.h"          // grey -> mask of the print
#include "templates/fingerprint/extract/several_fingers.h"  // whether it is one finger's
#include "templates/fingerprint/extract/summary.h"          // what else the template keeps
#include "templates/fingerprint/extract/thin.h"             // bits -> skeleton
#include "templates/fingerprint/extract/weave.h"            // whether its lines cross
