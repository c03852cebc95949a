#include "server/osia/erasure.h"

#include "server/osia/error_words.h"
#include "server/tasks/task_desk.h"

namespace whorl::server {

Result<Reply> erase_with_tasks(const Exchange& exchange, const engine::TaskName& who,
                               const std::function<Status()>& erase) {
  const Status erased = in_osia_words(erase());
  // The work of a task has its turn after everything that was accepted before it.
  if (exchange.tasks == nullptr) return erased.ok() ? Result<Reply>(no_content()) : erased.error();
  const bool nobody = !erased.ok() && erased.error().kind == ErrorKind::kNotFound;
  // Who may not use every gallery is told "nobody" of people whom others are about to enrol.
  if (!erased.ok() && (!nobody || exchange.call.who.galleries)) return erased.error();
  WHORL_ASSIGN(const bool any, exchange.tasks->clear(who, exchange.call.deadline));
  if (!any) return erased.ok() ? Result<Reply>(no_content()) : erased.error();
  const Status rest = in_osia_words(erase());
  if (!rest.ok() && rest.error().kind != ErrorKind::kNotFound) return rest.error();
  return no_content();
}

}  // namespace whorl::server
