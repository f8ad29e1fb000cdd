"""Ways to write an address so that some program asks this machine, its network or its cloud."""

import itertools
from collections.abc import Iterator

PRIVATE = (
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0177.0.0.1", "017700000001", "127.0.0.1.", "0x7f.1", "00127.0.0.1", "127.000.000.001", "10.0.0.1", "172.16.0.1",
    "192.168.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518",
    "100.100.100.200", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]",
    "[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[ff02::1]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
    "localhost.", "LOCALHOST.", "ip6-localhost", "localhost.localdomain", "metadata.google.internal",
    "127.0.0.1.nip.io", "rebind.example", "private.example", "mixed.example", "mapped.example", "nat64.example",
    "link.example", "cloud.example", "①②⑦.⓪.⓪.①", "127。0。0。1", "loc\u00adalhost", "%6c%6f%63%61lhost",
    "127.0.0.1%2f.example", "example..com", "-example.com", "",
)  # fmt: skip
PUBLIC = "public.example"
WRITINGS = ("https://{host}:{port}", "http://{host}:{port}/v1")
ODD = (
    "https://public.example@{host}:{port}/", "https://{host}:{port}@public.example/",
    "https://public.example:443@{host}/",
    "https://public.example#@{host}:{port}/", "https://public.example?@{host}:{port}/", "https:/{host}:{port}/",
    "https:///{host}:{port}/", "https:\\\\{host}:{port}\\",
    "https://public.example\\@{host}:{port}/", "//{host}:{port}/",
    "https://public.example\t@{host}/", "https://public.example\r\nHost: {host}/", " https://{host}:{port}/",
    "file:///etc/passwd", "file://{host}/etc/passwd", "gopher://{host}:{port}/_GET", "dict://{host}:{port}/", "ftp://{host}/",
    "ldap://{host}:{port}/", "jar:http://{host}:{port}!/", "data:text/plain,x", "javascript:alert(1)",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "unix:///var/run/docker.sock", "netdoc:///etc/passwd", "HTTP://{host}:{port}/",
    "https://{host}:{port}/?x=1", "https://{host}:{port}/#x", "https://{host}:0/", "https://{host}:99999/",
    "https://{host}:{port}:80/", "https://[{host}/", "https://{host}]/", "https://user:secret@{host}:{port}/",
)  # fmt: skip
MEANS = {
    "private.example": ["10.1.2.3"], "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"], "nat64.example": ["64:ff9b::7f00:1"], "link.example": ["169.254.169.254"],
    "cloud.example": ["fd00:ec2::254"], "127.0.0.1.nip.io": ["127.0.0.1"], "localhost.": ["127.0.0.1"],
    "ip6-localhost": ["::1"], "localhost.localdomain": ["127.0.0.1"], "metadata.google.internal": ["169.254.169.254"],
    PUBLIC: ["93.184.216.34"],
}  # fmt: skip
REBINDS = "rebind.example"  # first a harmless address, then this machine


def of(port: int) -> Iterator[str]:
    for host, writing in itertools.product(PRIVATE, WRITINGS):
        yield writing.format(host=host, port=port)
    for odd in ODD:
        yield odd.format(host="127.0.0.1", port=port)
