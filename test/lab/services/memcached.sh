# shellcheck shell=bash

start_memcached() { spawn memcached memcached -u root -l 127.0.0.1 -p 11211 -m 64; }
