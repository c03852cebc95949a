#include "server/routes.h"

#include "server/analyst/evaluations.h"
#include "server/analyst/statistics.h"
#include "server/analyst/thresholds.h"
#include "server/cases/cases.h"
#include "server/members/members.h"
#include "server/members/releases.h"
#include "server/notices/notices.h"
#include "server/notices/receipts.h"
#include "server/operations/pages.h"
#include "server/osia/duplicates.h"
#include "server/osia/encounters.h"
#include "server/osia/galleries.h"
#include "server/osia/holds.h"
#include "server/osia/persons.h"
#include "server/osia/search.h"
#include "server/osia/tasks.h"
#include "server/osia/templates.h"
#include "server/web/audit.h"
#include "server/web/files.h"
#include "server/web/me.h"
#include "server/web/sign_in.h"

namespace whorl::server {

const RouteTable& served_routes() {
  static const RouteTable table{person_routes(),     encounter_routes(), template_routes(), search_routes(),
                                gallery_routes(),    duplicate_routes(), task_routes(),     member_routes(),
                                me_routes(),         assess_routes(),    node_routes(),     operations_routes(),
                                file_routes(),       hold_routes(),      release_routes(),  audit_routes(),
                                evaluation_routes(), threshold_routes(), case_routes(),     sign_in_routes(),
                                statistics_routes(), notice_routes(),    receipt_routes()};
  return table;
}

}  // namespace whorl::server
