using System.Reflection;
using Meridian.Configuration;
using Meridian.Connectors.Basic;
using Meridian.Fixtures;
using Meridian.Gateway.Plugins;
using Meridian.Sdk;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>A folder of plug-ins, good and bad: the good ones work, and each bad one is told in words.</summary>
public sealed class PluginFolderTests : IDisposable
{
    private static readonly ConnectorCatalog BuiltIn = new([], BasicConnectors.Manifests.OfType<NorthManifest>());

    private static readonly PluginHost Host = PluginHost.Current;

    private readonly TempFolder _temp = new("meridian-plugins-");

    private string Folder => _temp.At("plugins");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Load_NoFolder_IsNoProblem()
    {
        var set = Load();

        Assert.Empty(set.Problems);
        Assert.Empty(set.Loaded);
        Assert.Equal(BuiltIn.Norths, set.Catalog.Norths);
    }

    [Fact]
    public void Load_TwoGoodOnes_BringsBothBehindTheBuiltIn()
    {
        EmittedPlugin.Write(Folder, "Beta", typeof(SecondPlugin));
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));

        var set = Load();

        Assert.Empty(set.Problems);
        Assert.Equal(
            ["Alpha 1.2.3.0 (North 'first')", "Beta 1.2.3.0 (North 'second')"],
            set.Loaded.Select(static plugin => plugin.ToString()),
            StringComparer.Ordinal);
        Assert.Equal(
            [.. BuiltIn.Norths.Select(static north => north.Id), "first", "second"],
            set.Catalog.Norths.Select(static north => north.Id),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Load_OneBad_LeavesTheOtherWorking()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(ThrowingPlugin));
        EmittedPlugin.Write(Folder, "Beta", typeof(SecondPlugin));

        var set = Load();

        Assert.Equal("plugins/Alpha", Assert.Single(set.Problems).Path);
        Assert.Equal("Beta", Assert.Single(set.Loaded).Name);
        Assert.NotNull(set.Catalog.FindNorth("second"));
    }

    [Fact]
    public void Load_NoAssemblyOfTheFoldersName_IsTold()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        File.Move(Path.Combine(Folder, "Alpha", "Alpha.dll"), Path.Combine(Folder, "Alpha", "Beta.dll"));

        AssertRefused("Alpha", "has no 'Alpha.dll' in its folder; the folder and the assembly have one name");
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ, and nothing more")]
    [InlineData("{ \"name\": \"Alpha\" }")]
    public void Load_SomethingElse_IsTold(string content)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "Alpha"));
        File.WriteAllText(Path.Combine(Folder, "Alpha", "Alpha.dll"), content);

        AssertRefused("Alpha", "is no .NET assembly");
    }

    [Fact]
    public void Load_CutAtAnyPlace_IsToldAndNoCrash()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        var file = Path.Combine(Folder, "Alpha", "Alpha.dll");
        var whole = File.ReadAllBytes(file);

        for (var length = 0; length < whole.Length; length += 64)
        {
            File.WriteAllBytes(file, whole[..length]);

            var set = Load();

            // The end of the file is padding: without some of it nothing is missing.
            Assert.Equal(1, set.Problems.Count + set.Loaded.Count);
            Assert.True(set.Problems.Count == 1 || length > whole.Length - 512, $"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void Load_AnAssemblyWithoutTheSdk_IsTold()
    {
        AssemblyStub.Write(Path.Combine(Folder, "Alpha", "Alpha.dll"), new AssemblyName("System.Runtime"));

        AssertRefused("Alpha", "does not use Meridian.Sdk, so it holds no connectors");
    }

    [Theory]
    [InlineData("0.4", "0.3", "Update the gateway to 0.4, or build the plug-in with Meridian.Sdk 0.3.")]
    [InlineData("2.0", "1.9", "Update the gateway to 2.0, or build the plug-in with Meridian.Sdk 1.9.")]
    [InlineData("1.9", "2.0", "Build the plug-in with Meridian.Sdk 2.0, or ask its author for a newer one.")]
    public void Load_AnotherSdk_IsToldWithTheWayOut(string built, string hosts, string way)
    {
        WriteStub("Alpha", Sdk(built));

        var problem = AssertRefused(
            "Alpha",
            $"was built with Meridian.Sdk {built}; this gateway has {hosts}, and takes those of major version",
            Host with { Sdk = Version.Parse($"{hosts}.0.0") });

        Assert.EndsWith(way, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.3.0.0", "1.3.0.0")]
    [InlineData("1.0.0.0", "1.3.0.0")]
    [InlineData("1.3.9.0", "1.3.0.0")]
    public void Load_AnOlderMinorOrAnyPatchOfTheSdk_Fits(string built, string hosts)
    {
        WriteStub("Alpha", Sdk(built));

        AssertRefused(
            "Alpha", "has no public class that implements IConnectorPlugin", Host with { Sdk = Version.Parse(hosts) });
    }

    [Fact]
    public void Load_ANewerPatchOfTheSdk_IsLoadedAllTheSame()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        AssemblyVersions.Replace(
            Path.Combine(Folder, "Alpha", "Alpha.dll"),
            "Meridian.Sdk",
            new Version(Host.Sdk.Major, Host.Sdk.Minor, Host.Sdk.Build + 77, 0));

        Assert.Equal("Alpha", Assert.Single(Load().Loaded).Name);
    }

    [Fact]
    public void Load_BuiltForANewerDotNet_IsTold()
    {
        AssemblyStub.Write(
            Path.Combine(Folder, "Alpha", "Alpha.dll"),
            new AssemblyName("System.Runtime") { Version = new Version(Host.Runtime.Major + 1, 0, 0, 0) },
            Sdk(Host.Sdk.ToString()));

        AssertRefused(
            "Alpha",
            $"was built for .NET {Host.Runtime.Major + 1}.0; this gateway runs on .NET {Host.Runtime.ToString(2)}.");
    }

    [Fact]
    public void Load_WithoutWhatItWasBuiltWith_IsTold()
    {
        WriteStub(
            "Alpha", Sdk(Host.Sdk.ToString()), new AssemblyName("Acme.Wire") { Version = new Version(4, 5, 0, 0) });

        AssertRefused("Alpha", "needs the assembly 'Acme.Wire' 4.5.0.0, which neither lies in its folder nor comes");
    }

    [Fact]
    public void Load_ANewerVersionOfWhatBothShare_IsTold()
    {
        const string Name = "Microsoft.Extensions.Logging.Abstractions";
        var shared = new AssemblyName(Name) { Version = new Version(99, 0, 0, 0) };
        WriteStub("Alpha", Sdk(Host.Sdk.ToString()), shared);
        AssemblyStub.Write(Path.Combine(Folder, "Alpha", $"{Name}.dll"));

        AssertRefused("Alpha", $"needs the assembly '{Name}' 99.0.0.0, which neither");
    }

    [Fact]
    public void Load_WithoutAnOwnLibraryOfItsLibrary_IsTold()
    {
        using var elsewhere = new Libraries(_temp.At("elsewhere"));
        var parent = elsewhere.Emit("Acme.Base", new Version(1, 0, 0, 0), typeof(FirstPlugin));
        var child = elsewhere.Emit("Acme.Wire", new Version(1, 0, 0, 0), parent);
        EmittedPlugin.Write(Folder, "Alpha", child);
        File.Copy(child.Assembly.Location, Path.Combine(Folder, "Alpha", "Acme.Wire.dll"));

        AssertRefused("Alpha", "needs the assembly 'Acme.Base', which neither lies in its folder nor comes");
    }

    [Fact]
    public void Load_TwoWithDifferentVersionsOfALibrary_EachHasItsOwn()
    {
        foreach (var (name, version, what) in new[]
        {
            ("Alpha", new Version(1, 0, 0, 0), typeof(FirstPlugin)),
            ("Beta", new Version(2, 0, 0, 0), typeof(SecondPlugin)),
        })
        {
            using var elsewhere = new Libraries(_temp.At(name));
            var parent = elsewhere.Emit("Acme.Wire", version, what);
            EmittedPlugin.Write(Folder, name, parent);
            File.Copy(parent.Assembly.Location, Path.Combine(Folder, name, "Acme.Wire.dll"));
        }

        var set = Load();

        Assert.Empty(set.Problems);
        Assert.NotNull(set.Catalog.FindNorth("first"));
        Assert.NotNull(set.Catalog.FindNorth("second"));
    }

    [Fact]
    public void Load_NoPluginClass_IsTold()
    {
        WriteStub("Alpha", Sdk(Host.Sdk.ToString()));

        AssertRefused("Alpha", "has no public class that implements IConnectorPlugin");
    }

    [Fact]
    public void Load_TwoPluginClasses_NamesBoth()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin), typeof(SecondPlugin));

        AssertRefused(
            "Alpha", "has 2 public classes that implement IConnectorPlugin, 'Alpha.Class1' and 'Alpha.Class2'; keep");
    }

    [Fact]
    public void Load_APluginClassThatNeedsParameters_IsTold()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(NeedyPlugin));

        AssertRefused("Alpha", "has the class 'Alpha.Class1', which cannot be made: give it a public constructor");
    }

    [Theory]
    [InlineData(typeof(ThrowingPlugin), "InvalidOperationException: The licence is over.")]
    [InlineData(typeof(SilentPlugin), "InvalidOperationException: No words.")]
    public void Load_APluginClassThatFails_IsToldWithItsWords(Type parent, string words)
    {
        EmittedPlugin.Write(Folder, "Alpha", parent);

        AssertRefused("Alpha", $"failed when its class 'Alpha.Class1' was made and asked for connectors: {words}");
    }

    [Theory]
    [InlineData(typeof(EmptyPlugin), "brings no connectors")]
    [InlineData(typeof(NamelessPlugin), "brings a connector without an id")]
    [InlineData(typeof(TwicePlugin), "brings the North 'twin' twice; ids are unique per side.")]
    [InlineData(typeof(CopyingPlugin), "brings the North 'null', which is built in already; give it another id")]
    [InlineData(typeof(DeafPlugin), "has a manifest that cannot be used: The North 'deaf'")]
    [InlineData(typeof(UnbindablePlugin), "has a manifest that cannot be used: The setting")]
    [InlineData(typeof(BrokenPlugin), "has a manifest that cannot be used: ")]
    public void Load_AManifestThatCannotBeUsed_LeavesThePluginOut(Type parent, string words)
    {
        EmittedPlugin.Write(Folder, "Alpha", parent);

        var problem = AssertRefused("Alpha", words);

        Assert.DoesNotContain("(Parameter", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TwoThatBringTheSame_KeepsTheFirst()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        EmittedPlugin.Write(Folder, "Beta", typeof(FirstPlugin));

        var set = Load();

        Assert.Equal("Alpha", Assert.Single(set.Loaded).Name);
        Assert.StartsWith(
            "The plug-in 'Beta' brings the North 'first', which the plug-in 'Alpha' brings already;",
            Assert.Single(set.Problems).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ALooseFile_IsToldWhereItBelongs()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        File.Copy(Path.Combine(Folder, "Alpha", "Alpha.dll"), Path.Combine(Folder, "Beta.dll"));

        var set = Load();

        Assert.Equal("Alpha", Assert.Single(set.Loaded).Name);
        Assert.StartsWith("'Beta.dll' lies loose in ", Assert.Single(set.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AFolderPutAsideWithADot_IsPassedOver()
    {
        Directory.CreateDirectory(Path.Combine(Folder, ".Alpha"));

        Assert.Empty(Load().Problems);
    }

    [Fact]
    public void Load_DependenciesThatCannotBeRead_IsTold()
    {
        EmittedPlugin.Write(Folder, "Alpha", typeof(FirstPlugin));
        File.WriteAllText(Path.Combine(Folder, "Alpha", "Alpha.deps.json"), "{ this is no JSON");

        AssertRefused("Alpha", "has a 'Alpha.deps.json' that cannot be read");
    }

    private static AssemblyName Sdk(string version)
    {
        var parsed = Version.Parse(version);
        return new AssemblyName("Meridian.Sdk")
        {
            Version = new Version(parsed.Major, parsed.Minor, Math.Max(parsed.Build, 0), 0),
        };
    }

    private void WriteStub(string name, params AssemblyName[] references) =>
        AssemblyStub.Write(
            Path.Combine(Folder, name, $"{name}.dll"), [new AssemblyName("System.Runtime"), .. references]);

    private PluginSet Load(PluginHost? host = null) => PluginFolder.Load(Folder, BuiltIn, host ?? Host);

    private string AssertRefused(string name, string words, PluginHost? host = null)
    {
        var set = Load(host);
        Assert.Empty(set.Loaded);
        Assert.Same(BuiltIn, set.Catalog);
        var problem = Assert.Single(set.Problems);
        Assert.Equal($"plugins/{name}", problem.Path);
        Assert.StartsWith($"The plug-in '{name}' {words}", problem.Message, StringComparison.Ordinal);
        return problem.Message;
    }
}
