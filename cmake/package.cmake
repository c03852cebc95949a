# cpack: the components `server` and `switch` as a Debian package each (scripts/package; packaging/README.md).
if(NOT WHORL_BUILD_CLI)
  return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The maintainers of Whorl")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL server switch)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# whorl_package(component section name kept files...): control files are those given, and the prerm and postrm of its name;
# `kept` is what purging says that it leaves.
function(whorl_package component section name kept)
  set(folder ${PROJECT_BINARY_DIR}/packaging/${component})
  foreach(script prerm postrm)
    configure_file(${PROJECT_SOURCE_DIR}/packaging/${script}.in ${folder}/${script} @ONLY FILE_PERMISSIONS
      OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
    list(APPEND ARGN ${folder}/${script})
  endforeach()
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA ${ARGN} PARENT_SCOPE)
endfunction()
whorl_package(server science whorl "the gallery stays" ${PROJECT_SOURCE_DIR}/packaging/postinst)
whorl_package(switch net whorl-switch "the counts and used quotas stay" ${PROJECT_SOURCE_DIR}/packaging/switch/postinst
  ${PROJECT_SOURCE_DIR}/packaging/switch/conffiles)
set(CPACK_DEBIAN_SERVER_DESCRIPTION "biometric identity matching engine: server and command line
Fingerprints and faces are enrolled in a gallery and searched one to many, over HTTP in the shape of OSIA's ABIS interface
or on the command line. Scores are decibels of false match rate.")
set(CPACK_DEBIAN_SWITCH_DESCRIPTION "passes sealed messages between the members of a region, and keeps none
Members of an exchange dial in over mutual TLS 1.3. The switch reads no message, has no gallery and no engine, and writes
hourly counts alone.")
include(CPack)
