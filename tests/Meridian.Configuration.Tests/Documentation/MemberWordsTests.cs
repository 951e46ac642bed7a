using System.Reflection;
using System.Runtime.Loader;
using Meridian.Configuration.Documentation;
using Meridian.Configuration.Shapes;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Documentation;

public sealed class MemberWordsTests
{
    [Theory]
    [InlineData(nameof(DocumentedSettings.Plain), "How long it takes.")]
    [InlineData(nameof(DocumentedSettings.Value), "Where it is. Default: 1883.")]
    [InlineData(nameof(DocumentedSettings.Sentence), "How much. The default is 5, or 'plain' where that is less.")]
    [InlineData(nameof(DocumentedSettings.ValueAlone), "Default: none.")]
    [InlineData(
        nameof(DocumentedSettings.References),
        "As for 'theValue' and 'three'; a 'code' & more of the documented settings. Not null, see https://example.org "
        + "and the page.")]
    [InlineData(nameof(DocumentedSettings.Paragraphs), "One.\nTwo, on two lines.\nFirst.\nSecond.")]
    [InlineData(nameof(DocumentedSettings.Nothing), null)]
    public void Words_OfAProperty_ArePlain(string property, string? words) =>
        Assert.Equal(words, MemberWords.Of(typeof(DocumentedSettings).GetProperty(property)!));

    [Fact]
    public void Words_OfARecordAndAWord_AreItsSummary()
    {
        Assert.Equal("Settings with words.", MemberWords.Of(typeof(DocumentedSettings)));
        Assert.Equal("The third.", MemberWords.Of(DocumentedWord.Three));
        Assert.Null(MemberWords.Of(DocumentedWord.Silent));
    }

    [Fact]
    public void Words_OfAnInheritedProperty_AreThoseOfItsBase() =>
        Assert.Equal("How long it takes.", SettingsShape.Of(typeof(DerivedSettings)).Find("plain")?.Description);

    [Fact]
    public void Words_OfAPlugIn_AreReadBesideItsAssembly()
    {
        using var folder = new TempFolder();

        Assert.Equal("How long it takes.", MemberWords.Of(Load(folder, withDocumentation: true)));
    }

    [Fact]
    public void Words_OfAPlugInWithoutDocumentation_AreMissingAndSaySo()
    {
        using var folder = new TempFolder();

        var property = Load(folder, withDocumentation: false);

        Assert.Null(MemberWords.Of(property));
        var problem = Assert.Single(SettingsShape.Of(property.DeclaringType!).MissingWords);
        Assert.Contains(folder.Path, problem, StringComparison.Ordinal);
        Assert.Contains("GenerateDocumentationFile", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsNoXml_IsAProblemAndNoWords()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("a.xml"), "<doc><members><member name='T:A'>");

        var file = DocumentationFile.Read(folder.At("a.xml"));

        Assert.Null(file.Find("T:A"));
        Assert.Contains("cannot be read", file.Problem, StringComparison.Ordinal);
    }

    // As the host loads a plug-in: from a folder, in a context of its own.
    private static PropertyInfo Load(TempFolder folder, bool withDocumentation)
    {
        var own = typeof(DocumentedSettings).Assembly.Location;
        var copy = folder.At(Path.GetFileName(own));
        File.Copy(own, copy);
        if (withDocumentation)
        {
            File.Copy(Path.ChangeExtension(own, ".xml"), Path.ChangeExtension(copy, ".xml"));
        }

        var assembly = new AssemblyLoadContext("plug-in", isCollectible: true).LoadFromAssemblyPath(copy);
        return assembly.GetType(typeof(DocumentedSettings).FullName!)!.GetProperty(nameof(DocumentedSettings.Plain))!;
    }
}
