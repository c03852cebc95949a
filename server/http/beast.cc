// The bodies of Asio's and Beast's functions, compiled once: every other file sees declarations
// (BOOST_ASIO_SEPARATE_COMPILATION). A first file that uses asio::ssl adds <boost/asio/ssl/impl/src.hpp> here.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
