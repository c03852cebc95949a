// The table of probabilities that ridge maps are coded with (templates/fingerprint/ridges/ridge_table.inc).
#pragma once

#include <string>

#include "bench/training/corpus.h"

namespace whorl::training {

// Extracts every image of the corpora and counts what samples of their ridge maps follow what; the text of the table's
// source file. Images that fail to extract are left out.
std::string ridge_table_text(const std::vector<CorpusSet>& corpora);

}  // namespace whorl::training
