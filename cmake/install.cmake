# cmake --install: component `library` is what find_package(whorl) finds, components `server` and
# `switch` are what the Debian packages hold.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(library whorl_opencv whorl_opencv_dnn whorl_faiss whorl_openjpeg whorl_spng whorl_base whorl_json whorl_crypto whorl_audit whorl_image whorl_fingerprint whorl_face_template whorl_face whorl_codec whorl_codecs
  whorl_face_scan whorl_face_index whorl_modality whorl_interchange whorl_index whorl_calibration whorl_fusion whorl_evaluation whorl_toml whorl_engine whorl_access)
foreach(target ${library})
  string(REGEX REPLACE "^whorl_" "" name ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})  # whorl::engine
endforeach()
install(TARGETS ${library} EXPORT whorl
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/whorl)
install(EXPORT whorl NAMESPACE whorl:: FILE whorl-targets.cmake DESTINATION ${folder} COMPONENT library)
configure_package_config_file(cmake/whorl-config.cmake.in ${PROJECT_BINARY_DIR}/whorl-config.cmake INSTALL_DESTINATION ${folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/whorl-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/whorl-config.cmake ${PROJECT_BINARY_DIR}/whorl-config-version.cmake
  DESTINATION ${folder} COMPONENT library)
install(CODE "set(source ${PROJECT_SOURCE_DIR})
set(generated ${PROJECT_BINARY_DIR}/generated)
set(staging ${PROJECT_BINARY_DIR}/installed-headers)
set(destination \${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/whorl)" COMPONENT library)
install(SCRIPT ${PROJECT_SOURCE_DIR}/cmake/install-headers.cmake COMPONENT library)

if(WHORL_BUILD_CLI)
  install(TARGETS whorl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
  install(FILES packaging/whorl.service DESTINATION lib/systemd/system COMPONENT server)
  install(FILES packaging/copyright CHANGELOG.md SECURITY.md docs/http.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT server)
  if(WHORL_CLUSTER)
    install(FILES packaging/whorl-part@.service packaging/whorl-front.service DESTINATION lib/systemd/system COMPONENT server)
    install(FILES docs/cluster.md scripts/cluster/nats.conf scripts/cluster/nats-three.conf scripts/cluster/cluster.toml
      DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT server)
  endif()
endif()
if(WHORL_BUILD_SERVER)
  install(TARGETS whorl-switch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT switch)
  install(FILES packaging/switch/whorl-switch.service DESTINATION lib/systemd/system COMPONENT switch)
  install(FILES packaging/switch/switch.conf DESTINATION /etc/whorl-switch COMPONENT switch)
  install(FILES packaging/copyright CHANGELOG.md SECURITY.md docs/exchange.md docs/switch.md
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/whorl-switch COMPONENT switch)
endif()
