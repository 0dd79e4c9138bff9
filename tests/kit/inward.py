"""Addresses that lead into the machine, its network, or nowhere; what stands in each."""

INWARD = (
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",  # carrier's NAT
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # metadata of cloud machines
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::192.168.1.1",
    "::169.254.169.254",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",  # mapped: nobody who means 8.8.8.8 says it so
    "::ffff:0:7f00:1",  # SIIT
    "::ffff:0:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",  # NAT64 of the metadata address
    "64:ff9b::6440:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",  # Teredo
    "2001:db8::1",
    "2002:a9fe:a9fe::",  # 6to4 of the metadata address
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
)
