#!/usr/bin/env python3
"""Writes an update catalog (V1, one XML) of COUNT packages with about 10 kB each, as large vendors' packages are.

    scripts/make-large-catalog.py COUNT FILE

Used to measure how long `badsig updates check` takes and how much memory (docs/performance.md).
"""
import base64, hashlib, sys

B = "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/"
HEAD = f"""<?xml version="1.0" encoding="utf-8"?>
<smc:SystemsManagementCatalog xmlns:smc="http://schemas.microsoft.com/sms/2005/04/CorporatePublishing/SystemsManagementCatalog.xsd" xmlns:sdp="{B}SoftwareDistributionPackage.xsd" xmlns:cmd="{B}Installers/CommandLineInstallation.xsd" xmlns:bar="{B}BaseApplicabilityRules.xsd" xmlns:lar="{B}LogicalApplicabilityRules.xsd">
"""
#: Rules that ask for a product and 20 files, with their versions, on two architectures.
RULES = "".join(
    f"""          <lar:And>
            <bar:Processor Architecture="{architecture}" />
            <bar:WindowsVersion Comparison="GreaterThanOrEqualTo" MajorVersion="6" MinorVersion="1" />
            <bar:WmiQuery Namespace="Root\\cimv2" WqlQuery="select * from Win32_BaseBoard where Product LIKE '%15{file:02}%' or Product LIKE '%16{file:02}%'" />
            <bar:FileVersion Csidl="37" Path="drivers\\file{file}.sys" Comparison="GreaterThanOrEqualTo" Version="1.{file}.3.0" />
          </lar:And>
"""
    for architecture in (0, 9) for file in range(9))


def package(number):
    digest = base64.b64encode(hashlib.sha1(str(number).encode()).digest()).decode()
    strong = base64.b64encode(hashlib.sha256(str(number).encode()).digest()).decode()
    return f"""  <smc:SoftwareDistributionPackage SchemaVersion="1.1">
    <sdp:Properties PackageID="00000000-0000-4000-8000-{number:012x}" CreationDate="2026-01-02T03:04:05" VendorName="TEST Vendor">
      <sdp:SupportUrl>https://example.invalid/support</sdp:SupportUrl>
      <sdp:ProductName>TEST Driver</sdp:ProductName>
    </sdp:Properties>
    <sdp:LocalizedProperties>
      <sdp:Language>en</sdp:Language>
      <sdp:Title>TEST Driver &amp; Control Panel {number}</sdp:Title>
      <sdp:Description>{'This package provides the driver for the supported models. ' * 12}</sdp:Description>
    </sdp:LocalizedProperties>
    <sdp:UpdateSpecificData MsrcSeverity="Important" UpdateClassification="Updates" />
    <sdp:InstallableItem ID="00000000-0000-4000-9000-{number:012x}">
      <sdp:ApplicabilityRules>
        <sdp:IsInstalled><lar:Or>
{RULES}        </lar:Or></sdp:IsInstalled>
      </sdp:ApplicabilityRules>
      <sdp:InstallProperties RebootBehavior="CanRequestReboot" />
      <cmd:CommandLineInstallerData Program="sp{number}.exe" Arguments="-s -e cmd.exe -a /c setup.exe /S" DefaultResult="Failed" RebootByDefault="false">
        <cmd:ReturnCode Code="0" Result="Succeeded" Reboot="false" />
        <cmd:ReturnCode Code="3010" Result="Succeeded" Reboot="true" />
      </cmd:CommandLineInstallerData>
      <sdp:OriginFile Digest="{digest}" FileName="sp{number}.exe" Size="{number + 1}" Modified="2026-01-02T03:04:05Z" OriginUri="https://example.invalid/sp{number}.exe">
        <sdp:AdditionalDigest Algorithm="SHA256">{strong}</sdp:AdditionalDigest>
      </sdp:OriginFile>
    </sdp:InstallableItem>
  </smc:SoftwareDistributionPackage>
"""


count, path = int(sys.argv[1]), sys.argv[2]
with open(path, "w", encoding="utf-8") as out:
    out.write(HEAD)
    for number in range(count):
        out.write(package(number))
    out.write("</smc:SystemsManagementCatalog>\n")
