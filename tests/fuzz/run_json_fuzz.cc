// The rates.json of a run that lies in a node's folder, on any bytes: what goes out is of known names, bounded, and has
// no number that is none; the table has ten columns a line. Input: the file.
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "engine/evaluation/run_json.h"
#include "engine/evaluation/run_table.h"
#include "engine/evaluation/workload.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whorl;
  boost::system::error_code error;
  const boost::json::value root = boost::json::parse(as_text({data, size}), error);
  if (error || !root.is_object()) return 0;
  constexpr std::size_t kMostPoints = 120;
  const boost::json::object out = evaluation::run_figures(root.get_object(), kMostPoints);
  fuzz::require(out.size() <= 16);
  const std::string table = evaluation::run_table(out);
  fuzz::require(table.starts_with("set,fingers,measure,"));
  for (const int fingers : {1, 10}) {
    const auto rates = evaluation::measured_rates(root, {}, fingers);
    if (rates.ok()) (void)evaluation::supported_db(*rates);
  }
  return 0;
}
