using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Security;

/// <summary>The key ring in the database. The framework asks rarely, at the start and when a key is made, and cannot wait asynchronously.</summary>
internal sealed class DatabaseKeyRing(ProtectionKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Task.Run(() => keys.ListAsync(CancellationToken.None)).GetAwaiter().GetResult().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        var xml = element.ToString(SaveOptions.DisableFormatting);
        Task.Run(() => keys.AddAsync(friendlyName, xml, CancellationToken.None)).GetAwaiter().GetResult();
    }
}
