// The figures of a run as one table, a figure a line: for spreadsheets and scripts. Private to engine/evaluation.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace whorl::evaluation {

// Of what run_figures() gives: "set,fingers,measure,at,value,below,low,high,errors,trials,threshold_db". `at` is the
// FMR, FPIR or rank; where nothing was counted `value` is empty, and `below` the limit that this shows. No name of a
// sample, no exponent; a name that a spreadsheet would take for a formula has a ' before it.
std::string run_table(const boost::json::object& figures);

}  // namespace whorl::evaluation
