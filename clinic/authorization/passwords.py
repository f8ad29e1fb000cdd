from django.contrib.auth.hashers import Argon2PasswordHasher


class SizedArgon2Hasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: twenty sign-ins at once stay under 500 MB and take about 20 ms each.

    The default (100 MiB, eight lanes) makes a flood of sign-ins an attack on memory.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
