namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// The one test vector of PDQ that is published with its picture: ThreatExchange,
/// <c>python-threatexchange/threatexchange/tests/hashing/test_pdq_hasher.py</c>. 26 × 28 pixels, RGBA.
/// </summary>
public static class PublishedPdq
{
    public const string Hash = "ad64cd9875e131a177b1f2a0d6b38ae1de9ea80421e4c51dde1b0363deba3466";

    // Header and pixels alone; what the file tells of the program that made it is left out.
    private const string Pixels = """
        iVBORw0KGgoAAAANSUhEUgAAABoAAAAcCAYAAAB/E6/TAAACLElEQVRIDYRTO2wTQRB949zZvoS4MIYkpgpIIJQGEYlUKIgCaFIh0UQoLS2RKKChixCIgAiI
        lCAEHULQQZMCmhQgUSIEdIkcG+zYJHeHnVtm72Pvntcwxc3O7Mx789mjSqUiYJAOCO9/WXhXs/FlZwgVP4NNLxNGTuQDjOUCHBvZw7lSG6eLHVgwwnSRKU1U
        +5PBne95vNzModVJJQu2iQCpFRm1CBcnfFw74qOUDZSb3rFL1BaE5W85rP7IYncvDpB4jNstNiGR2iDDQ8CVSR+LTGiTXkxIVOWxLHxy8LHOkf+SAR11U+JC
        posBnp50cYDHmwitfa2J+XUHG66pyr6WOC/x8VGuTGJFq+ud2Vd2BF7MuDheiMZD5We/xcZO3CZxhuAoqU2S3EktJR2fui+PEN7OujjInREet3rD7BtNsqC4
        W+a/ccLG/FEbhwuEDLt32wINH9hyA8y88rSG5aOZ3g+8nvWY6GFzMJGy/PE88PyCg7OHrKgbw5cetdirjDaOWZySP8uD7R5ROjnJYf1mzsHcpJ2O0GxaaWp2
        +BtwscNcG+FeQyFSkMOUaHRnyhbWLu3TQQwW3d9mb4IhA5KzYKK7dYXIkM2uJ+cdLEzlzJeKl5YbiqUfCbd/SrpI0o8h3tH65QJOjetjW/3s4eYHD1vh350A
        6OAhbtwU4Vbtvx01rxYxmtXBxlbqTBI/8xS+ySQsVQcTxdWI66W+XFqqsi/aYaT7QrTrvwAAAP//WDKhWgAAAcFJREFUjVLPSwJBFH5P65B08JKSZUh56dy9
        U39Fh6AQpF/0wygIScSICCKKIIKi6NApomtg0Dno0jkVs6ws0qAfdLDXzO66M+606sDuvvne9973vtlBSBQI6iyKtikMXH5RsFoAQvxZCPEI2VNBjJhiHqUH
        xguCy3l8Wet1VHsjxJ7IbGwkKO6VKI2FqWIZgpuvQoyXScII0XxlfpbRLVCivbHuEusi/QMDB28SwsIqocUH1dGKr7qggd3+9ReETkuiuaUGYeFecqRnabXD
        Qqu/XUq+QyL5YUtEmMuRdmIShdY6pV1j4fBJEQ6vPhlZvk2iFiHChEgxpTOQFbEcrftFhRFhJCd62t06ox7YF2E6y1TsmHpX2uhShWbuFKwWgDCZsbEjymgr
        IDZGhFNZzS2f1vZEDK6rmTsaT0uOrP34DAi0HbAmACcyCmaKcnG++C9h8Wx/E+symlKut85ib2Na2uk2oUqAY0zIaGQ64v312XQai/v8TjgbcQH65jOUL5Ur
        9f9+abdHwTGcMgfRBuIMi7DP7YTzcAt4WtnRXd480uDRN+RLvwrRdLQXVIVCt/xUqx1ILJ/bAcdDLuj1OjT0DwULeQovxm67AAAAAElFTkSuQmCC
        """;

    public static byte[] Picture() => Convert.FromBase64String(string.Concat(Pixels.Split()));
}
