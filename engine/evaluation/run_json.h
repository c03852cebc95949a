// rates.json and provenance.json as they go out: what is known, of the type it should have. Pure; thread-safe. Private
// to engine/evaluation.
#pragma once

#include <boost/json.hpp>

namespace whorl::evaluation {

boost::json::object run_provenance(const boost::json::object& provenance);
// Of a whole rates.json, with curves of at most `most_points`.
boost::json::object run_figures(const boost::json::object& rates, std::size_t most_points);

}  // namespace whorl::evaluation
